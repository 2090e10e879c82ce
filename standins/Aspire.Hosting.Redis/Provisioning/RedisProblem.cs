namespace Aspire.Hosting.Redis.Provisioning;

/// <param name="Message">For people; without a password in it.</param>
/// <param name="IsRefusal">True when waiting does not help: the server is there and says no.</param>
internal sealed record RedisProblem(string Message, bool IsRefusal)
{
    public static RedisProblem FromReply(string address, string reply)
    {
        var code = reply.TrimStart('-').Split(' ', 2)[0];
        return code switch
        {
            "WRONGPASS" => new($"Redis at {address} refused the password or the user (WRONGPASS).", IsRefusal: true),
            "NOAUTH" => new($"Redis at {address} requires a password and none was given (NOAUTH).", IsRefusal: true),
            "ERR" when reply.Contains("invalid password", StringComparison.OrdinalIgnoreCase) =>
                new($"Redis at {address} refused the password.", IsRefusal: true),
            "LOADING" => new($"Redis at {address} is loading its data (LOADING).", IsRefusal: false),
            "MASTERDOWN" or "BUSY" or "NOREPLICAS" => new($"Redis at {address} is not ready ({code}).", IsRefusal: false),
            _ when reply.StartsWith('-') => new($"Redis at {address} answered with the error {code}.", IsRefusal: false),
            _ => new($"What answers at {address} is not a Redis server.", IsRefusal: true),
        };
    }
}
