using System.Text.Json;

namespace UserService.Tests;

public sealed class OpenApiTests(AccessedUserService service) : Shared.OpenApiTests(service), IClassFixture<AccessedUserService>
{
    [Theory]
    [InlineData("RegisterRequest", "email password")]
    [InlineData("LoginRequest", "password")]
    [InlineData("ChangeUserRequest", "")]
    [InlineData("RefreshRequest", "refreshToken")]
    [InlineData("RevokeRequest", "")]
    [InlineData("ClientTokenForm", "grant_type")]
    [InlineData("PresentedTokenForm", "token")]
    public async Task Request_Requires_WhatCannotBeLeftOut(string request, string required)
    {
        var schema = (await SchemasAsync()).GetProperty(request);

        Assert.Equal(
            required.Split(' ', StringSplitOptions.RemoveEmptyEntries),
            schema.TryGetProperty("required", out var names) ? names.EnumerateArray().Select(name => name.GetString()!).Order(StringComparer.Ordinal) : []);
    }

    [Fact]
    public async Task Introspection_AnswersWhatRfc7662Says()
    {
        var schema = (await SchemasAsync()).GetProperty("IntrospectionResponse");

        Assert.Equal("active", Assert.Single(schema.GetProperty("required").EnumerateArray()).GetString());
        Assert.All(
            (string[])["scope", "client_id", "token_type", "exp", "iat", "nbf", "sub", "aud", "iss", "jti"],
            member => Assert.True(schema.GetProperty("properties").TryGetProperty(member, out _), member));
    }

    private async Task<JsonElement> SchemasAsync() => (await DocumentAsync()).GetProperty("components").GetProperty("schemas");
}
