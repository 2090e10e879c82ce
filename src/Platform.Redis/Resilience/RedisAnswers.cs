namespace Platform.Redis.Resilience;

/// <summary>Who answered a probe: the one server, or the primaries of a cluster.</summary>
/// <param name="Answered">How many did.</param>
/// <param name="Asked">How many there are.</param>
/// <param name="Failure">Why the first of those that did not answer did not.</param>
internal readonly record struct RedisAnswers(int Answered, int Asked, RedisUnavailableReason? Failure)
{
    public bool Any => Answered > 0;

    public bool All => Answered == Asked;
}
