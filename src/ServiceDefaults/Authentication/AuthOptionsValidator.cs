using Microsoft.Extensions.Options;

namespace Platform.ServiceDefaults.Authentication;

[OptionsValidator]
internal sealed partial class AuthOptionsValidator : IValidateOptions<AuthOptions>;
