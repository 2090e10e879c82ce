using Platform.ServiceDefaults.Problems;

namespace PrivacyService.Masking;

/// <summary>What is done about each kind of identifier. What is not named is masked: forgetting an option must leave nothing in place.</summary>
internal sealed class MaskPolicy
{
    /// <summary>Everything is masked, and what may not be turned back is redacted.</summary>
    public static readonly MaskPolicy Default = new(new Dictionary<string, MaskMode>());

    private const string Any = "*";
    private const int MostNames = 100;

    private readonly IReadOnlyDictionary<string, MaskMode> _modes;

    private MaskPolicy(IReadOnlyDictionary<string, MaskMode> modes) => _modes = modes;

    /// <param name="modes">By type of finding, by family (<c>aws</c>, <c>pii</c>), or <c>*</c> for all others; the narrowest counts.</param>
    /// <param name="own">Types of the call's own.</param>
    /// <exception cref="ProblemException">A name is none of these.</exception>
    public static MaskPolicy Create(IReadOnlyDictionary<string, MaskMode>? modes, IReadOnlySet<string>? own = null)
    {
        if (modes is null or { Count: 0 })
        {
            return Default;
        }

        if (modes.Count > MostNames)
        {
            throw Invalid($"Name at most {MostNames} types.");
        }

        // By its place: what the caller named itself may be somebody's address.
        var unknown = modes.Keys.ToList().FindIndex(name => name is not (Any or "aws" or "pii") && !MaskKind.Types.Contains(name) && own?.Contains(name) != true);
        return unknown < 0
            ? new MaskPolicy(modes)
            : throw Invalid($"Name {unknown + 1} of {modes.Count} is none of the types ({string.Join(", ", MaskKind.Types.Order(StringComparer.Ordinal))}), "
                + "the families aws and pii, or * for all others.");
    }

    public MaskMode ModeOf(string type)
    {
        var kind = MaskKind.Of(type);
        var mode = _modes.TryGetValue(type, out var named) || _modes.TryGetValue(kind.Family, out named) || _modes.TryGetValue(Any, out named)
            ? named
            : MaskMode.Mask;
        return mode == MaskMode.Mask && !kind.IsReversible ? MaskMode.Redact : mode;
    }

    /// <summary>Whether something of a family is to be left in place, so that finding it says nothing.</summary>
    public bool LeavesSome(string type, string family) => _modes.Any(mode =>
        mode.Value == MaskMode.Report && (mode.Key == Any || mode.Key == type || mode.Key == family || mode.Key.StartsWith(family + "_", StringComparison.Ordinal)));

    private static ProblemException Invalid(string detail) => new(StatusCodes.Status400BadRequest, "invalid_modes", "The modes cannot be used", detail);
}
