using System.ComponentModel.DataAnnotations;
using System.Text.Json;
using System.Text.Json.Serialization;
using TaskService.Inputs;
using TaskService.Tasks;

namespace TaskService.PseudonymizeRecords;

/// <summary>What is replaced in the records.</summary>
internal sealed record PseudonymizeRecordsPayload : IValidatableObject, INamesFields
{
    private const int MostFields = 100;
    private const int LongestField = 256;

    /// <summary>Names of properties or columns, or dotted paths, whose values are replaced whole.</summary>
    public IReadOnlyList<string> Fields { get; init; } = [];

    /// <summary>
    /// Whether personal data is found in all other text: e-mail addresses, telephone and card numbers, IBANs, social security numbers, IP and MAC addresses, addresses of
    /// crypto currencies, and by the names of fields dates of birth, names and postal addresses. Secrets and credentials in URLs are found too, and replaced for good.
    /// </summary>
    public bool Detect { get; init; }

    /// <summary>Small records stand in the payload where it is sent as JSON; they are put away as a file's are, and not kept here.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWriting)]
    public JsonElement? Records { get; init; }

    public static PseudonymizeRecordsPayload FromOptions(TaskOptionsReader options) =>
        new() { Fields = options.All("field"), Detect = options.Flag("detect") };

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (Fields is not { Count: > 0 } && !Detect)
        {
            yield return new ValidationResult(
                "There is nothing to replace. Name at least one field (field=email, repeated for more), or set detect=true.", [nameof(Fields)]);
        }
        else if (Fields?.Count > MostFields)
        {
            yield return new ValidationResult($"Name at most {MostFields} fields.", [nameof(Fields)]);
        }
        else if (Fields?.Any(field => string.IsNullOrWhiteSpace(field) || field.Length > LongestField) == true)
        {
            yield return new ValidationResult($"The name of a field has 1 to {LongestField} characters.", [nameof(Fields)]);
        }
    }
}
