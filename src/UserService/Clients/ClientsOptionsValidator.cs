using Microsoft.Extensions.Options;

namespace UserService.Clients;

internal sealed class ClientsOptionsValidator : IValidateOptions<ClientsOptions>
{
    public ValidateOptionsResult Validate(string? name, ClientsOptions options)
    {
        var errors = new List<string>();
        foreach (var (clientId, client) in options)
        {
            if (client.Secret.Length < ClientOptions.MinSecretLength)
            {
                errors.Add($"Clients:{clientId}:Secret must have at least {ClientOptions.MinSecretLength} characters.");
            }

            if (client.Scopes is null && !ServiceScopes.IsKnown(clientId))
            {
                errors.Add($"Clients:{clientId}:Scopes is missing: {clientId} is none of the platform's own services.");
            }
        }

        return errors.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(errors);
    }
}
