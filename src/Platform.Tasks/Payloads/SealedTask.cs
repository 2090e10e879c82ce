namespace Platform.Tasks.Payloads;

/// <summary>
/// The task whose payload this thread writes or reads just now: what is sealed is bound to it. The serializer, whose contracts are made once for each type of
/// task, has no other way to tell its converters.
/// </summary>
internal static class SealedTask
{
    [ThreadStatic]
    private static string? s_id;

    /// <summary>Null where none is known yet, as in a schedule, whose runs are tasks later on.</summary>
    public static string? Id => s_id;

    /// <returns>To be disposed of when the payload is done: a converter may write another in between.</returns>
    public static Scope Enter(string? id)
    {
        var before = s_id;
        s_id = id;
        return new Scope(before);
    }

    public readonly ref struct Scope(string? before)
    {
        public void Dispose() => s_id = before;
    }
}
