namespace Platform.Tasks.Processing;

/// <summary>Where handlers and what they need come from: the service's own container, also where the engine has one of its own.</summary>
internal sealed class HandlerScopes(IServiceScopeFactory scopes)
{
    public AsyncServiceScope Create() => scopes.CreateAsyncScope();
}
