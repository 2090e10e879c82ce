namespace TaskService.Tests.Functional;

public sealed class OpenApiTests(AccessedTaskService service) : Shared.OpenApiTests(service), IClassFixture<AccessedTaskService>;
