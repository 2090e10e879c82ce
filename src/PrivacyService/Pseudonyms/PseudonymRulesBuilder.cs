using Microsoft.Extensions.Options;
using Platform.ServiceDefaults.Problems;
using PrivacyService.Documents;
using PrivacyService.Tokens;

namespace PrivacyService.Pseudonyms;

/// <summary>Checks what a call asks for against the bounds of this service.</summary>
internal sealed class PseudonymRulesBuilder(IOptions<PseudonymOptions> options)
{
    public PseudonymRules Build(
        IReadOnlyCollection<string>? fields, IReadOnlyCollection<string>? exceptFields, bool? detect, string? scope, long? ttlSeconds, bool mayUseTenant)
    {
        var selector = Select(fields);
        // What is not said is found: forgetting an option must not leave personal data in place.
        if (selector.IsEmpty && detect == false)
        {
            throw Invalid("nothing_to_replace", "Nothing to replace", "Name fields, or leave detect on.");
        }

        return new PseudonymRules(selector, detect ?? true, ParseScope(scope, mayUseTenant), ParseTimeToLive(ttlSeconds)) { ExceptFields = Select(exceptFields) };
    }

    public static PseudonymScope? ParseScope(string? scope, bool mayUseTenant)
    {
        if (scope is null)
        {
            return null;
        }

        if (!PseudonymScope.TryParse(scope, out var parsed))
        {
            throw Invalid(
                "invalid_scope",
                "Not a scope",
                $"Use request:<id>, conversation:<id>, subject or tenant; an id has 1 to {PseudonymScope.LongestId} letters, digits, '_', '-', '.' or ':'.");
        }

        if (parsed.IsTenant && !mayUseTenant)
        {
            // Whoever may make tokens that everybody shares could try values and see whose tokens come out.
            throw new ProblemException(
                StatusCodes.Status403Forbidden, "scope_not_allowed", "Scope not allowed", "The scope tenant is for services; use subject, or a conversation.");
        }

        return parsed;
    }

    public TimeSpan ParseTimeToLive(long? seconds)
    {
        var (shortest, longest) = (options.Value.ShortestTimeToLive, options.Value.LongestTimeToLive);
        if (seconds is not { } asked)
        {
            return options.Value.DefaultTimeToLive;
        }

        return asked >= shortest.TotalSeconds && asked <= longest.TotalSeconds
            ? TimeSpan.FromSeconds(asked)
            : throw Invalid(
                "invalid_time_to_live",
                "The time to live is out of bounds",
                $"Keep originals between {(long)shortest.TotalSeconds} and {(long)longest.TotalSeconds} seconds.");
    }

    private static FieldSelector Select(IReadOnlyCollection<string>? fields)
    {
        var (selector, error) = FieldSelector.Create(fields ?? []);
        return selector ?? throw Invalid("invalid_fields", "The fields cannot be used", error!);
    }

    private static ProblemException Invalid(string code, string title, string detail) => new(StatusCodes.Status400BadRequest, code, title, detail);
}
