using AppHost.Resources;

var builder = DistributedApplication.CreateBuilder(args);

// One Redis for all. It holds state, not only a cache: durable, never evicting.
var redisPassword = builder.AddGeneratedSecret("redis-password");
var redis = builder.AddRedis("redis", password: redisPassword)
    .WithDataVolume("platform-redis-data")
    .WithDurableState(maxMemory: builder.Configuration["Redis:MaxMemory"] ?? "1gb", fsync: builder.RedisFsync());

// Accounts, sessions, tokens. The others accept its tokens, so its URL is their issuer.
var adminPassword = builder.AddGeneratedSecret("admin-password");
var userService = builder.AddProject<Projects.UserService>("userservice")
    .WithReference(redis).WaitFor(redis)
    .WithRedisDatabase(redis, 0)
    .WithEnvironment("Admin__Password", adminPassword);
userService.WithCredentials(userService);

// Inbox, real time, channels.
var notificationService = builder.AddProject<Projects.NotificationService>("notificationservice")
    .WithReference(redis).WaitFor(redis)
    .WithReference(userService)
    .WithRedisDatabase(redis, 2)
    .WithCredentials(userService)
    .WithMail();

// Pseudonymised personal data.
var privacyService = builder.AddProject<Projects.PrivacyService>("privacyservice")
    .WithReference(redis).WaitFor(redis)
    .WithReference(userService)
    .WithRedisDatabase(redis, 3)
    .WithCredentials(userService);

// Durable background work: pseudonymises through one service, tells people through another.
var taskService = builder.AddProject<Projects.TaskService>("taskservice")
    .WithReference(redis).WaitFor(redis)
    .WithReference(userService).WithReference(privacyService).WithReference(notificationService)
    .WithRedisDatabase(redis, TaskWorkersExtensions.TasksDatabase)
    .WithCredentials(userService)
    .WithEnvironment("HttpRequests__SigningSecrets__0", builder.AddGeneratedSecret("webhook-signing-secret"))
    .WithUrlForEndpoint("http", endpoint => new ResourceUrlAnnotation { Url = "/tasks", DisplayText = "Tasks", Endpoint = endpoint });

// What people are to be told goes to their inboxes, and to erase somebody it asks all others. It waits for none of them.
userService.WithReference(taskService).WithReference(privacyService).WithReference(notificationService);

foreach (var service in (IResourceBuilder<ProjectResource>[])[userService, notificationService, privacyService, taskService])
{
    service.WithHttpHealthCheck("/health")
        .WithExternalHttpEndpoints()
        .WithUrlForEndpoint("http", endpoint => new ResourceUrlAnnotation { Url = "/swagger", DisplayText = "API", Endpoint = endpoint })
        .WithReplicas(builder.ReplicasOf(service.Resource.Name));
}

builder.Build().Run();
