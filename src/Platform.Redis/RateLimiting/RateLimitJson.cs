using System.Text.Json;
using System.Text.Json.Serialization;

namespace Platform.Redis.RateLimiting;

[JsonSourceGenerationOptions(
    JsonSerializerDefaults.Web, UseStringEnumConverter = true, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(RateLimitPolicyChange))]
[JsonSerializable(typeof(RateLimitBanRequest))]
internal sealed partial class RateLimitJson : JsonSerializerContext;
