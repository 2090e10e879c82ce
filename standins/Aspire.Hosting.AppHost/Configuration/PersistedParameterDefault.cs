using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Publishing;

namespace Aspire.Hosting.Configuration;

/// <summary>A made-up value that stays the same from one run to the next.</summary>
internal sealed class PersistedParameterDefault(ParameterDefault value, UserSecrets secrets, string key) : ParameterDefault
{
    public override string GetDefaultValue() => secrets.GetOrAdd(key, value.GetDefaultValue);

    public override void WriteToManifest(ManifestPublishingContext context) => value.WriteToManifest(context);
}
