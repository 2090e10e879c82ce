using System.ComponentModel.DataAnnotations;
using Platform.Contracts;

namespace TaskService.ExportUserData;

/// <summary>Whose data is exported.</summary>
/// <param name="UserId">Another person, for administrators; by default whoever submits the task.</param>
internal sealed record ExportUserDataPayload(string? UserId = null) : IValidatableObject
{
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (UserId is not null && !PlatformId.IsValid(UserId, "usr"))
        {
            yield return new ValidationResult("Set userId to an id such as usr_01k9…, or leave it out.", [nameof(UserId)]);
        }
    }
}
