namespace AppHost.Resources;

internal static class MailExtensions
{
    /// <summary>
    /// How e-mails leave. Locally each becomes a file in <c>artifacts/mail</c>, where a developer finds it; deployed, they go to the mail server
    /// that the parameters name, over STARTTLS on port 587.
    /// </summary>
    public static IResourceBuilder<ProjectResource> WithMail(this IResourceBuilder<ProjectResource> builder)
    {
        var application = builder.ApplicationBuilder;
        return application.ExecutionContext.IsRunMode
            ? builder
                .WithEnvironment("Mail__Transport", "Directory")
                .WithEnvironment("Mail__Directory", Path.GetFullPath(Path.Combine(application.AppHostDirectory, "..", "..", "artifacts", "mail")))
            : builder
                .WithEnvironment("Mail__Transport", "Smtp")
                .WithEnvironment("Mail__From", application.AddParameter("mail-from"))
                .WithEnvironment("Mail__Smtp__Host", application.AddParameter("mail-host"))
                .WithEnvironment("Mail__Smtp__UserName", application.AddParameter("mail-user"))
                .WithEnvironment("Mail__Smtp__Password", application.AddParameter("mail-password", secret: true));
    }
}
