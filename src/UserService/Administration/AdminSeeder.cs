using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Options;
using Platform.Redis;
using Platform.ServiceDefaults.Authentication;
using Platform.ServiceDefaults.Problems;
using UserService.Users;

namespace UserService.Administration;

/// <summary>Creates the first administrator. Waits for Redis in the background, and may run on every replica at every start.</summary>
internal sealed class AdminSeeder(
    IServiceScopeFactory scopes, IOptions<AdminOptions> options, TimeProvider timeProvider, ILogger<AdminSeeder> logger) : BackgroundService
{
    private static readonly TimeSpan RetryInterval = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan RepairInterval = TimeSpan.FromMinutes(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (options.Value.Password is not { Length: > 0 } password)
        {
            logger.NoAdministratorConfigured();
            return;
        }

        while (!stoppingToken.IsCancellationRequested)
        {
            var wait = RetryInterval;
            try
            {
                if (await SeedAsync(options.Value.Email, password, stoppingToken))
                {
                    return;
                }
            }
            catch (Exception exception) when (exception is RedisUnavailableException or ProblemException)
            {
                // Logged where it arose; the next round may find Redis back.
            }
#pragma warning disable CA1031 // Damaged data in Redis must not take down a service that works for everybody else.
            catch (Exception exception) when (exception is not OperationCanceledException)
#pragma warning restore CA1031
            {
                logger.AdministratorNotSeeded(exception);
                wait = RepairInterval;
            }

            await Task.Delay(wait, timeProvider, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <returns>False when another replica was at it, and what became of it must be looked at again.</returns>
    private async Task<bool> SeedAsync(string email, string password, CancellationToken cancellationToken)
    {
        await using var scope = scopes.CreateAsyncScope();
        var users = scope.ServiceProvider.GetRequiredService<UserManager<User>>();
        var roles = scope.ServiceProvider.GetRequiredService<AccountRoles>();
        if (await scope.ServiceProvider.GetRequiredService<Administrators>().AnyAsync(cancellationToken))
        {
            // Whoever they are by now. There is always one left, so this is done once in the life of a database.
            return true;
        }

        if (await users.FindByEmailAsync(email) is { } existing)
        {
            // Created by a process that ended before it could list the account; or somebody else's, who is not made an administrator by an address.
            await roles.ListAsync(existing, cancellationToken);
            if (!existing.IsAdministrator)
            {
                logger.AdministratorAddressTaken();
            }

            return true;
        }

        var admin = new User { Email = email, DisplayName = "Administrator" };
        admin.UserName = admin.Id;
        admin.Roles.Add(AccessTokenClaims.AdminRole);
        var result = await scope.ServiceProvider.GetRequiredService<Accounts>().RegisterAsync(admin, password, cancellationToken);
        if (result.Succeeded)
        {
            await roles.ListAsync(admin, cancellationToken);
            logger.AdministratorCreated();
            return true;
        }

        if (result.Errors.All(error => error.Code is nameof(IdentityErrorDescriber.DuplicateEmail) or nameof(IdentityErrorDescriber.ConcurrencyFailure)))
        {
            return false;
        }

        logger.AdministratorRefused(string.Join(", ", result.Errors.Select(error => error.Code)));
        return true;
    }
}
