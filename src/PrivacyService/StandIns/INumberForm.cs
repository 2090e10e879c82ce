namespace PrivacyService.StandIns;

/// <summary>Knows stand-ins of one kind of number. Add a class, and name it in <see cref="NumberForms"/>.</summary>
internal interface INumberForm
{
    /// <summary>The type of the findings it is for.</summary>
    string Type { get; }

    /// <summary>What stand-ins are taken from. No two ranges, of whatever form, share a number.</summary>
    IReadOnlyList<DigitRange> Ranges { get; }

    /// <summary>Where a number as it is written gets its stand-in from; null where it is to have a token.</summary>
    WrittenNumber? Read(string text);
}
