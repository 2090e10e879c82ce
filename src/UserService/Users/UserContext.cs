using System.Security.Claims;
using Microsoft.AspNetCore.Identity;

namespace UserService.Users;

/// <summary>What most endpoints of accounts work with.</summary>
internal readonly record struct UserContext(ClaimsPrincipal Caller, UserManager<User> Users, Accounts Accounts, HttpContext Http);
