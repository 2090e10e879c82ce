namespace Platform.Redis.Keys;

/// <summary>Every key family of one service: the one place that says what it keeps in Redis. One static instance per service.</summary>
public sealed class KeyRegistry
{
    private readonly Dictionary<(string Name, int Version), KeyFamily> _families = [];

    /// <summary>Registers the families of a service; the library's own are added.</summary>
    /// <param name="service">The service's name, which is also its user in an ACL file.</param>
    /// <param name="prefix">In front of its keys and channels; kebab-case and a colon, such as <c>user:</c>.</param>
    /// <param name="families">Its families.</param>
    public KeyRegistry(string service, string prefix, params KeyFamily[] families)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(service);
        ArgumentNullException.ThrowIfNull(families);
        if (!KeyGrammar.IsServicePrefix(prefix))
        {
            throw new ArgumentException($"The prefix '{prefix}' is not kebab-case with a colon at its end, such as 'user:'.", nameof(prefix));
        }

        Service = service;
        Prefix = prefix;
        Families = [.. families, .. LibraryKeys.All];
        foreach (var family in Families)
        {
            Add(family);
        }
    }

    /// <summary>The service's name.</summary>
    public string Service { get; }

    /// <summary>In front of its keys and channels.</summary>
    public string Prefix { get; }

    /// <summary>Its families and the library's, in the order given.</summary>
    public IReadOnlyList<KeyFamily> Families { get; }

    /// <summary>The family of this name and version, or null.</summary>
    public KeyFamily? Find(string name, int version) => _families.GetValueOrDefault((name, version));

    private void Add(KeyFamily family)
    {
        if (!KeyGrammar.IsName(family.Name))
        {
            throw new ArgumentException($"The family name '{family.Name}' is not kebab-case.");
        }

        if (family.Version < 1)
        {
            throw new ArgumentException($"The version of family '{family.Name}' is {family.Version}; the first is 1.");
        }

        if (family.Ttl is { Longest: null, Reason: null })
        {
            throw new ArgumentException($"Family '{family.Name}' says neither how long its keys live nor why they do not expire.");
        }

        if (string.IsNullOrWhiteSpace(family.Bound) || string.IsNullOrWhiteSpace(family.Owner) || string.IsNullOrWhiteSpace(family.Purpose))
        {
            throw new ArgumentException($"Family '{family.Name}' lacks its bound, owner or purpose.");
        }

        if (!_families.TryAdd((family.Name, family.Version), family))
        {
            throw new ArgumentException($"Family '{family.Name}' version {family.Version} is registered twice.");
        }
    }
}
