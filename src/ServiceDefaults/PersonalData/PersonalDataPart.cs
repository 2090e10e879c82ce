namespace Platform.ServiceDefaults.PersonalData;

/// <summary>A part of what a feature keeps about a person.</summary>
/// <param name="Name">In lower case with hyphens, such as <c>sessions</c>: it becomes the name of a file, and no other part of the service has it.</param>
/// <param name="Records">What is sent as JSON, one by one.</param>
public sealed record PersonalDataPart(string Name, IAsyncEnumerable<object> Records)
{
    /// <summary>A part of few records, which are at hand.</summary>
    public static PersonalDataPart Of(string name, params IEnumerable<object> records) => new(name, records.ToAsyncEnumerable());
}
