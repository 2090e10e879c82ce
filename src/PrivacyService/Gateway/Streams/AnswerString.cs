namespace PrivacyService.Gateway.Streams;

/// <summary>A string in the JSON of an answer.</summary>
/// <param name="Start">Where it begins between its quotes, in bytes.</param>
/// <param name="End">Where it ends.</param>
/// <param name="Channel">Of a piece of a longer text: what tells the pieces of this text from those of others. Else null.</param>
/// <param name="IsJson">Whether the string itself is JSON, as the arguments of a tool are.</param>
internal readonly record struct AnswerString(int Start, int End, string? Channel, bool IsJson)
{
    /// <summary>Whether it holds half of a surrogate pair, and so is no text that could be looked at.</summary>
    public bool IsTorn { get; init; }

    /// <summary>Whether it stands in no JSON at all.</summary>
    public bool IsPlain { get; init; }
}
