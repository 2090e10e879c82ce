using System.ComponentModel.DataAnnotations;

namespace UserService.Passwords;

/// <summary>What hashing a password costs, and how much of that work is taken on at once.</summary>
internal sealed class PasswordHashingOptions
{
    public const string SectionName = "Passwords";
    public const int RecommendedIterations = 600_000;

    /// <summary>Rounds of PBKDF2-HMAC-SHA512.</summary>
    /// <value>Default: 600,000; less is refused outside of Development.</value>
    [Range(1_000, 10_000_000, ErrorMessage = "Passwords:Iterations must be between 1,000 and 10,000,000.")]
    public int Iterations { get; set; } = RecommendedIterations;

    /// <summary>Threads that do nothing but hash, so that requests without a password never wait for one.</summary>
    /// <value>Default: one per processor.</value>
    [Range(1, 256, ErrorMessage = "Passwords:Workers must be between 1 and 256.")]
    public int Workers { get; set; } = Environment.ProcessorCount;

    /// <summary>Passwords that may wait for each worker; more are answered with 503 at once.</summary>
    /// <value>Default: 6.</value>
    [Range(1, 10_000, ErrorMessage = "Passwords:QueuePerWorker must be between 1 and 10,000.")]
    public int QueuePerWorker { get; set; } = 6;

    /// <summary>A password that has waited this long is answered with 503 instead of being hashed.</summary>
    /// <value>Default: 2 s, so that nobody waits longer than about 3 s in all.</value>
    [Range(typeof(TimeSpan), "00:00:00.100", "00:01:00", ErrorMessage = "Passwords:LongestWait must be between 0.1 and 60 seconds.")]
    public TimeSpan LongestWait { get; set; } = TimeSpan.FromSeconds(2);
}
