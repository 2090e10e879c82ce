using Microsoft.Extensions.Options;

namespace Platform.Redis.Leases;

[OptionsValidator]
internal sealed partial class LeaseOptionsValidator : IValidateOptions<LeaseOptions>;
