namespace PrivacyService.Detection;

/// <summary>Knows one kind of personal data. Add a class, register it, and the engine asks it.</summary>
internal interface IRecogniser
{
    /// <summary>
    /// The ASCII characters without which there is nothing to find. The engine stops at these only; of a run of digits it
    /// reports the first, and none where a single letter stands before the run.
    /// </summary>
    string Anchors { get; }

    /// <summary>
    /// Whether an anchor with such neighbours is worth a look. The engine asks once for each of the possible shapes, when it is
    /// made, and never calls for the others, so that most of a text costs a look-up in a table.
    /// </summary>
    bool Wants(AnchorShape shape) => true;

    /// <summary>Whether it looks for something in dates and times as machines write them. While nobody does, the engine steps over them.</summary>
    bool ReadsTimestamps => false;

    /// <summary>
    /// Looks around <paramref name="anchor"/>, to either side, no further than a constant: that is what keeps the whole scan
    /// linear, whatever the text.
    /// </summary>
    bool TryMatch(ReadOnlySpan<char> text, int anchor, out Finding finding);
}
