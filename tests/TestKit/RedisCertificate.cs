using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Platform.TestKit;

/// <summary>A self-signed certificate for a server on this machine, as the files that Redis reads.</summary>
internal static class RedisCertificate
{
    public static X509Certificate2 Create(string directory)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName("localhost");
        names.AddIpAddress(IPAddress.Loopback);
        request.CertificateExtensions.Add(names.Build());

        var now = DateTimeOffset.UtcNow;
        using var certificate = request.CreateSelfSigned(now.AddMinutes(-5), now.AddDays(1));
        File.WriteAllText(CertificatePath(directory), certificate.ExportCertificatePem());
        File.WriteAllText(KeyPath(directory), key.ExportPkcs8PrivateKeyPem());
        return X509CertificateLoader.LoadCertificate(certificate.RawData);
    }

    public static IEnumerable<string> ConfigurationLines(string directory) =>
    [
        $"tls-cert-file \"{CertificatePath(directory)}\"",
        $"tls-key-file \"{KeyPath(directory)}\"",
        $"tls-ca-cert-file \"{CertificatePath(directory)}\"",
        "tls-auth-clients no",
    ];

    private static string CertificatePath(string directory) => Path.Combine(directory, "redis.crt");

    private static string KeyPath(string directory) => Path.Combine(directory, "redis.key");
}
