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
        services.AddSingleton<IRecogniser, IPv4Recogniser>();
        services.AddSingleton<IRecogniser, IPv6Recogniser>();
        services.AddSingleton<DetectionEngine>();
    }
}
