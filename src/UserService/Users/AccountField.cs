using StackExchange.Redis;

namespace UserService.Users;

/// <summary>The fields of an account that scripts read. Everything about the person is in <see cref="Profile"/>, sealed.</summary>
internal static class AccountField
{
    public static readonly RedisValue State = "state";
    public static readonly RedisValue Stamp = "stamp";
    public static readonly RedisValue Profile = "profile";
    public static readonly RedisValue Email = "email";
    public static readonly RedisValue Name = "name";
    public static readonly RedisValue Created = "created";
    public static readonly RedisValue Updated = "updated";

    public static readonly RedisValue Active = "active";

    /// <summary>What is read of an account, in this order.</summary>
    public static readonly RedisValue[] All = [State, Stamp, Profile, Email, Name, Created, Updated];
}
