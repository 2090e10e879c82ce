using PrivacyService.Detection.Recognisers;

namespace PrivacyService.Detection;

internal static class DetectionExtensions
{
    public static void AddDetection(this IServiceCollection services)
    {
        services.AddSingleton<IRecogniser, EmailRecogniser>();
        services.AddSingleton<IRecogniser, PhoneRecogniser>();
        services.AddSingleton<IRecogniser, CardRecogniser>();
        services.AddSingleton<IRecogniser, IbanRecogniser>();
        services.AddSingleton<IRecogniser, SsnRecogniser>();
        services.AddSingleton<IRecogniser, IPv4Recogniser>();
        services.AddSingleton<IRecogniser, IPv6Recogniser>();
        services.AddSingleton<IRecogniser, MacRecogniser>();
        services.AddSingleton<IRecogniser, UrlCredentialsRecogniser>();
        services.AddSingleton<IRecogniser, BitcoinRecogniser>();
        services.AddSingleton<IRecogniser, Bech32Recogniser>();
        services.AddSingleton<IRecogniser, EthereumRecogniser>();
        services.AddSingleton<IRecogniser, SecretTokenRecogniser>();
        services.AddSingleton<IRecogniser, CloudKeyRecogniser>();
        services.AddSingleton<IRecogniser, JwtRecogniser>();
        services.AddSingleton<IRecogniser, PrivateKeyRecogniser>();
        services.AddSingleton<IRecogniser, AuthorizationRecogniser>();
        services.AddSingleton<IRecogniser, LabelledRecogniser>();
        services.AddSingleton<DetectionEngine>();
    }
}
