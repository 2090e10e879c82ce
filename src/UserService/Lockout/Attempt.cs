namespace UserService.Lockout;

/// <summary>Somebody who tries to prove who they are.</summary>
/// <param name="Partition">What is tried: HMAC of the name that was given, or the id of an account whose password is proved already.</param>
/// <param name="Source">Who tries.</param>
/// <param name="Network">Digest of their network; empty for one who is signed in.</param>
internal readonly record struct Attempt(string Partition, string Source, string Network)
{
    private const string Confirmation = "confirmation";

    /// <summary>Somebody who is signed in and repeats the password. Strangers have no part in it.</summary>
    public static Attempt OfSignedIn(string userId) => new(userId, Confirmation, "");

    /// <summary>The same, of somebody who has shown a code or a token from the mail: no stranger's failures count against it.</summary>
    public Attempt Trusted() => this with { Network = "" };

    public static Attempt From(string partition, string networkDigest) => new(partition, networkDigest, networkDigest);
}
