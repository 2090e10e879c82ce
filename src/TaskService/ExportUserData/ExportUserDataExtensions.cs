using Platform.Contracts;
using Platform.ServiceDefaults.Authentication;
using Platform.Tasks.Handlers;
using Platform.Tasks.Unique;
using TaskService.Tasks;

namespace TaskService.ExportUserData;

internal static class ExportUserDataExtensions
{
    private static readonly TaskTypeOptions TypeOptions = new()
    {
        // A service that is away for an hour keeps nobody from having their export.
        MaxAttempts = 20,
        RateLimit = "exports",
        Unique = new TaskUniqueness(),
    };

    public static IServiceCollection AddExportUserData(this IServiceCollection services)
    {
        services.AddOptions<ExportUserDataOptions>().BindConfiguration(ExportUserDataOptions.SectionName).ValidateDataAnnotations().ValidateOnStart();
        foreach (var service in PersonSources.Others)
        {
            services.AddPeopleClient(service).AddServiceToken(Scopes.ExportPeople);
        }

        services.AddSingleton<ISubmitRule, ExportUserDataRule>();
        services.AddScoped<PersonSources>();
        services.AddScoped<PersonArchive>();
        services.AddSingleton<ExportNotes>();
        return services.AddTaskHandler<ExportUserDataHandler, ExportUserDataPayload>(ExportUserDataHandler.Type, TypeOptions);
    }
}
