using System.Net;

namespace Microsoft.Extensions.ServiceDiscovery;

/// <summary>An endpoint that is a URI.</summary>
public class UriEndPoint : EndPoint
{
    /// <summary>Creates an endpoint that is <paramref name="uri"/>.</summary>
    public UriEndPoint(Uri uri)
    {
        ArgumentNullException.ThrowIfNull(uri);
        Uri = uri;
    }

    /// <summary>Gets the URI.</summary>
    public Uri Uri { get; }

    /// <inheritdoc />
    public override bool Equals(object? obj) => obj is UriEndPoint other && Uri.Equals(other.Uri);

    /// <inheritdoc />
    public override int GetHashCode() => Uri.GetHashCode();

    /// <inheritdoc />
    public override string ToString() => Uri.ToString();
}
