using System.Text;
using Microsoft.Extensions.Options;
using Platform.Redis.Sealing;

namespace Platform.Tasks.Payloads;

/// <summary>
/// What those who enqueue and run tasks have in common: a key that seals what is sensitive in payloads, and one for the digests that stand in Redis
/// for what somebody chose.
/// </summary>
internal sealed class TaskSecrets
{
    private readonly PayloadSealer? _sealer;

    public TaskSecrets(IOptions<TasksOptions> options, IOptions<SealingOptions> sealing)
    {
        var secret = Of(options.Value, sealing.Value);
        if (secret.Length == 0)
        {
            // Without a secret it is a hash, from which short and guessable choices can be found out.
            DigestKey = "task-digests"u8.ToArray();
            return;
        }

        var keys = new SealerProvider(Options.Create(new SealingOptions { Key = secret }));
        DigestKey = keys.DeriveKey("task-digests");
        var id = Convert.ToHexStringLower(keys.DeriveKey("task-payloads-id").AsSpan(0, SealedText.KeyIdLength / 2));
        _sealer = new PayloadSealer(keys.For("task-payloads"), Encoding.ASCII.GetBytes(id));
    }

    public byte[] DigestKey { get; }

    /// <exception cref="InvalidOperationException">There is no key.</exception>
    public PayloadSealer Sealer => _sealer ?? throw new InvalidOperationException($"{Missing} What is sensitive in payloads, and payloads of more than 256 KiB, are sealed.");

    /// <summary>What to say where there is no key.</summary>
    public static string Missing => "Tasks:SealingKey is missing: set it to the secret that TaskService has as Sealing:Key.";

    /// <summary>A service that has the tasks in its own database seals them with its own secret. Empty where there is none.</summary>
    public static string Of(TasksOptions options, SealingOptions sealing) => options.SealingKey is { Length: > 0 } own ? own : sealing.Key ?? "";
}
