namespace PrivacyService.Detection;

/// <summary>An anchor and its neighbours, as far as they are told apart before anybody looks at the text.</summary>
/// <param name="Previous">Of the characters before it: one of <see cref="CharacterClasses.Representatives"/>.</param>
/// <param name="First">The anchor itself.</param>
/// <param name="Length">How many digits run from here; 13 stands for 13 to 19, and 20 for all above. 1 for other anchors.</param>
/// <param name="Next">Of the characters after the run: one of <see cref="CharacterClasses.Representatives"/>.</param>
internal readonly record struct AnchorShape(char Previous, char First, int Length, char Next)
{
    public bool IsDigits => char.IsAsciiDigit(First);

    /// <summary>The anchor stands inside a word.</summary>
    public bool IsPreceded => char.IsAsciiLetterOrDigit(Previous);

    /// <summary>The word goes on after the anchor.</summary>
    public bool IsContinued => char.IsAsciiLetterOrDigit(Next);
}
