using Platform.Contracts;
using Platform.ServiceDefaults.Authentication;

namespace UserService.Mail;

internal static class MailExtensions
{
    public static IServiceCollection AddMail(this IServiceCollection services)
    {
        services.AddMailClient().AddServiceToken(Scopes.SendMail);
        services.AddOptions<MailLinkOptions>().BindConfiguration(MailLinkOptions.SectionName).ValidateDataAnnotations().ValidateOnStart();
        services.AddOptions<OneUseLifetimes>().BindConfiguration(OneUseLifetimes.SectionName).ValidateDataAnnotations().ValidateOnStart();
        services.AddSingleton<MailTexts>();
        services.AddScoped<MailDesk>();
        services.AddScoped<MailErrands>();
        return services;
    }
}
