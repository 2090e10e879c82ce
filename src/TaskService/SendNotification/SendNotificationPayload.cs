using System.ComponentModel.DataAnnotations;
using System.Text.Json;
using Platform.Contracts;
using Platform.Contracts.Notifications;
using Platform.Tasks.Payloads;

namespace TaskService.SendNotification;

/// <summary>A notification that is to be sent, now or, with the task's own delay, later. What it says is for its receiver alone.</summary>
internal sealed record SendNotificationPayload : IValidatableObject
{
    private const int LongestData = 8 * 1024;

    public string UserId { get; init; } = "";

    public string Category { get; init; } = "";

    [Sensitive]
    public string Title { get; init; } = "";

    [Sensitive]
    public string? Body { get; init; }

    [Sensitive]
    public string? Link { get; init; }

    [Sensitive]
    public JsonElement? Data { get; init; }

    /// <summary>The task's id where it is null: sent once, however often the task is tried.</summary>
    public string? DedupeKey { get; init; }

    /// <summary>Gathers what comes under one key into one notification; null sends each.</summary>
    [Sensitive]
    public DigestOptions? Digest { get; init; }

    public SendNotificationRequest ToRequest(string dedupeKey) => new(UserId, Category, Title, Body, Link, Data, dedupeKey);

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        // NotificationService asks for the same, and would refuse it only when it is sent.
        var errors = new List<ValidationResult>();
        var request = ToRequest(DedupeKey ?? "-");
        Validator.TryValidateObject(request, new ValidationContext(request), errors, validateAllProperties: true);
        if (!PlatformId.IsValid(UserId, "usr"))
        {
            errors.Add(new ValidationResult("Set userId to an id such as usr_01k9….", [nameof(UserId)]));
        }

        if (Data is { } data && JsonSerializer.SerializeToUtf8Bytes(data, PayloadJson.Options).Length > LongestData)
        {
            errors.Add(new ValidationResult("Keep data within 8 KiB of JSON.", [nameof(Data)]));
        }

        if (Digest is not null)
        {
            errors.AddRange(Digest.Validate());
            if (DedupeKey is not null)
            {
                errors.Add(new ValidationResult("Leave out dedupeKey or digest: what is gathered is known by its task.", [nameof(DedupeKey)]));
            }
        }

        return errors;
    }
}

/// <summary>What is gathered into one notification.</summary>
internal sealed record DigestOptions
{
    private const int LongestKey = 200;

    private static readonly TimeSpan ShortestWindow = TimeSpan.FromSeconds(1);

    /// <summary>What is gathered is not kept longer.</summary>
    private static readonly TimeSpan LongestWindow = TimeSpan.FromDays(6);

    /// <summary>What comes under one key for one person is gathered.</summary>
    public string Key { get; init; } = "";

    /// <summary>How long after the first it is sent.</summary>
    public TimeSpan Window { get; init; }

    public IEnumerable<ValidationResult> Validate()
    {
        if (Key is not { Length: > 0 and <= LongestKey })
        {
            yield return new ValidationResult($"Set digest.key to a text of 1 to {LongestKey} characters.", [nameof(Key)]);
        }

        if (Window < ShortestWindow || Window > LongestWindow)
        {
            yield return new ValidationResult("Set digest.window to between 00:00:01 and 6.00:00:00.", [nameof(Window)]);
        }
    }
}
