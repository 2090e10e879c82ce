namespace PrivacyService.Detection;

/// <summary>Knows one kind of personal data. Add a class, register it, and the engine asks it.</summary>
internal interface IRecogniser
{
    /// <summary>
    /// The ASCII characters without which there is nothing to find. The engine stops at these only; of a run of digits it
    /// reports the first.
    /// </summary>
    string Anchors { get; }

    /// <summary>
    /// Looks around <paramref name="anchor"/>, to either side, no further than a constant: that is what keeps the whole scan
    /// linear, whatever the text.
    /// </summary>
    bool TryMatch(ReadOnlySpan<char> text, int anchor, out Finding finding);
}
