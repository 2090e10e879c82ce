using System.Security.Claims;
using Microsoft.AspNetCore.Identity;
using UserService.Passwords;
using UserService.Users;

namespace UserService.TwoFactor;

/// <summary>What most endpoints of the second factor work with.</summary>
internal readonly record struct TwoFactorContext(
    ClaimsPrincipal Caller, UserManager<User> Users, TwoFactorSettings Settings, PasswordConfirmation Confirmation, HttpContext Http);
