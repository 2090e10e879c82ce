namespace Platform.Benchmarks.Http;

/// <summary>One route under load.</summary>
/// <param name="Name">As the table and the filter say it.</param>
/// <param name="Path">The route.</param>
/// <param name="Kind">What the load generator sends: <c>get</c>, <c>post</c> or <c>replay</c>.</param>
/// <param name="Yardstick">The name of the case that its ratio is taken to; null for a yardstick.</param>
/// <param name="Goal">The least median ratio.</param>
internal sealed record Case(string Name, string Path, string Kind, string? Yardstick = null, double? Goal = null)
{
    public const string Hello = "GET hello";
    public const string PlainPost = "POST plain";

    public static IReadOnlyList<Case> All { get; } =
    [
        new(Hello, "/hello", "get"),
        new("GET cached, with its ETag", "/cached", "get", Hello, 0.95),
        new("GET limited, 1,000 callers, GCRA", "/limited/gcra", "get", Hello, 0.5),
        new("GET limited, 1,000 callers, fixed window", "/limited/window", "get", Hello, 0.5),
        new("GET limited, one busy caller", "/limited/hot", "get", Hello, 0.5),
        new(PlainPost, "/plain", "post"),
        new("POST idempotent, first", "/idempotent", "post", PlainPost, 0.45),
        new("POST idempotent, replay", "/idempotent", "replay", PlainPost, 0.58),
    ];
}
