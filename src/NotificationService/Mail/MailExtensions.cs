using Microsoft.Extensions.Options;
using Platform.Redis;

namespace NotificationService.Mail;

internal static class MailExtensions
{
    public static IServiceCollection AddMail(this IServiceCollection services)
    {
        services.AddOptions<MailOptions>().BindConfiguration(MailOptions.SectionName).ValidateDataAnnotations().ValidateOnStart();
        services.AddSingleton<IValidateOptions<MailOptions>, MailOptionsValidator>();
        services.AddSingleton<MailQueue>();
        services.AddSingleton<MailComposer>();
        services.AddSingleton<SmtpMailTransport>();
        services.AddSingleton<DirectoryMailTransport>();
        services.AddSingleton<IMailTransport>(provider =>
            provider.GetRequiredService<IOptions<MailOptions>>().Value.Transport == MailTransportKind.Directory
                ? provider.GetRequiredService<DirectoryMailTransport>() : provider.GetRequiredService<SmtpMailTransport>());
        services.AddSingleton<MailState>();
        services.AddSingleton<MailMetrics>();
        services.AddHostedService<MailWorker>();
        services.AddHealthChecks().AddCheck<MailState>("mail");
        services.AddRefusingCapability("mail", "E-mails are not taken on: 503 with Retry-After. Those that wait are sent when Redis is back.");
        return services;
    }
}
