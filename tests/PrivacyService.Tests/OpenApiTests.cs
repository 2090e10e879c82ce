namespace PrivacyService.Tests;

public sealed class OpenApiTests(AccessedPrivacyService service) : Shared.OpenApiTests(service), IClassFixture<AccessedPrivacyService>;
