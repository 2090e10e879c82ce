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
    /// <exception cref="Platform.ServiceDefaults.Problems.ProblemException">There is what <paramref name="policy"/> does not leave.</exception>
    public void RequireNothingIn(HttpRequest request, MaskPolicy policy)
    {
        var finder = new MaskFinder(detection);
        Require("the path", request.Path.ToString(), except: null);
        Require("the query", request.QueryString.ToString(), except: null);
        foreach (var (name, values) in request.Headers)
        {
            if (!GatewayHeaders.NotForwarded.Contains(name) && !GatewayHeaders.IsCredential(name))
            {
                // With its name, which may tell what a value is, and may be one itself: it is not said which.
                Require("a header", $"{name}: {values}", except: GatewayHeaders.IsVersion(name) ? DataKind.Ip : null);
            }
        }

        void Require(string place, string text, string? except)
        {
            var found = new SortedSet<string>(ResidualScanner.InText(text, policy), StringComparer.Ordinal);
            var findings = new List<Finding>();
            finder.Find(text, findings);
            found.UnionWith(findings.Select(finding => finding.Type)
                .Where(type => type != except && MaskKind.Of(type).IsReversible && policy.ModeOf(type) != MaskMode.Report));
            if (found.Count > 0)
            {
                throw GatewayProblems.Residual(place, found);
            }
        }
    }
}
