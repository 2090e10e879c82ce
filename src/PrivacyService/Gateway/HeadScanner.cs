using PrivacyService.Detection;
using PrivacyService.Gateway.Residuals;
using PrivacyService.Masking;

namespace PrivacyService.Gateway;

/// <summary>
/// Looks at what of a request is forwarded as it stands: path, query and headers. Nothing can be masked there, so both looks are taken, which undo
/// escapes themselves, and what they find is not forwarded. Credentials are for the upstream, and pass.
/// </summary>
internal sealed class HeadScanner(DetectionEngine detection)
{
    /// <returns>The types that were found and are not to be left by <paramref name="policy"/>.</returns>
    public IReadOnlyCollection<string> Find(HttpRequest request, MaskPolicy policy)
    {
        var found = new SortedSet<string>(StringComparer.Ordinal);
        var finder = new MaskFinder(detection);
        Look(request.Path + request.QueryString.Value, except: null);
        foreach (var (name, values) in request.Headers)
        {
            if (!GatewayHeaders.NotForwarded.Contains(name) && !GatewayHeaders.IsCredential(name))
            {
                // With its name, which may tell what a value is.
                Look($"{name}: {values}", except: GatewayHeaders.IsVersion(name) ? DataKind.Ip : null);
            }
        }

        return found;

        void Look(string text, string? except)
        {
            found.UnionWith(ResidualScanner.InText(text, policy));
            var findings = new List<Finding>();
            finder.Find(text, findings);
            found.UnionWith(findings.Select(finding => finding.Type)
                .Where(type => type != except && MaskKind.Of(type).IsReversible && policy.ModeOf(type) != MaskMode.Report));
        }
    }
}
