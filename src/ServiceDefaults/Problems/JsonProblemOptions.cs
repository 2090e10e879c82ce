namespace Platform.ServiceDefaults.Problems;

/// <summary>What problems tell of a body of JSON that is not as expected.</summary>
public sealed class JsonProblemOptions
{
    /// <summary>
    /// Whether a member that there is not is told by its name, which shows a slip of the pen at once. Not where names of members may be somebody's
    /// address: the path then ends before what the caller named itself.
    /// </summary>
    public bool NamesUnknownMembers { get; set; } = true;
}
