namespace TaskService.Page;

/// <summary>A name and a password, or the second half of a sign-in: a ticket with a code or a recovery code.</summary>
/// <param name="Name">An e-mail address or a user name.</param>
internal sealed record PageSignInRequest(string? Name, string? Password, string? Ticket, string? Code, string? RecoveryCode)
{
    /// <returns>What to change; null where there is nothing.</returns>
    public string? Fault() => this switch
    {
        { Ticket: null, Name.Length: > 0, Password.Length: > 0, Code: null, RecoveryCode: null } => null,
        { Ticket.Length: > 0, Name: null, Password: null } when Code is null != RecoveryCode is null => null,
        _ => "Send name and password, or ticket and code or recoveryCode.",
    };

    /// <summary>Keeps the password out of whatever prints records.</summary>
    public override string ToString() => nameof(PageSignInRequest);
}

/// <param name="AccessToken">For the API, for as long as the page is open.</param>
/// <param name="ExpiresIn">Its life in seconds.</param>
internal sealed record PageSessionResponse(string AccessToken, int ExpiresIn)
{
    public override string ToString() => nameof(PageSessionResponse);
}
