namespace Platform.Tasks.DeadLetters;

/// <summary>Which dead letters are meant; all where nothing is said.</summary>
/// <param name="Type">Of this type.</param>
/// <param name="Error">With this code, as the reason or of the last error, or with these words in the message.</param>
/// <param name="From">Given up then or later.</param>
/// <param name="To">Given up before.</param>
public sealed record DeadLetterFilter(string? Type = null, string? Error = null, DateTimeOffset? From = null, DateTimeOffset? To = null)
{
    internal bool Includes(string? type, string? code, string? message, string? lastCode) =>
        (Type is null || type == Type)
        && (Error is null || code == Error || lastCode == Error || (message is not null && message.Contains(Error, StringComparison.OrdinalIgnoreCase)));
}
