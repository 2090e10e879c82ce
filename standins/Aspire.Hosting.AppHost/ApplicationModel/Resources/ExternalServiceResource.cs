using Aspire.Hosting.ApplicationModel;

namespace Aspire.Hosting;

/// <summary>A service that this application calls but does not run.</summary>
public sealed class ExternalServiceResource : Resource
{
    public ExternalServiceResource(string name, Uri uri)
        : base(name)
    {
        ArgumentNullException.ThrowIfNull(uri);
        if (UrlViolation(uri) is { } violation)
        {
            throw new ArgumentException($"The URL '{uri}' of the external service '{name}' is invalid: {violation}", nameof(uri));
        }

        Uri = uri;
    }

    public ExternalServiceResource(string name, ParameterResource urlParameter)
        : base(name)
    {
        ArgumentNullException.ThrowIfNull(urlParameter);
        UrlParameter = urlParameter;
    }

    public Uri? Uri { get; }

    public ParameterResource? UrlParameter { get; }

    internal static string? UrlViolation(Uri uri) =>
        !uri.IsAbsoluteUri ? "The URL must be absolute."
        : uri.AbsolutePath != "/" ? "The URL's path must be '/'."
        : uri.Query.Length > 0 || uri.Fragment.Length > 0 ? "The URL must not have a query or a fragment."
        : null;

    internal async ValueTask<Uri> GetUriAsync(CancellationToken cancellationToken)
    {
        if (Uri is not null)
        {
            return Uri;
        }

        var value = await UrlParameter!.GetValueAsync(cancellationToken).ConfigureAwait(false);
        if (!System.Uri.TryCreate(value, UriKind.Absolute, out var uri) || UrlViolation(uri) is not null)
        {
            throw new DistributedApplicationException(
                $"The URL parameter '{UrlParameter.Name}' for the external service '{Name}' is invalid. Give an absolute URL without a path, e.g. https://example.com/.");
        }

        return uri;
    }
}
