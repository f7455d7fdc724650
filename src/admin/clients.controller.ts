import { Body, Controller, Delete, Get, HttpCode, Param, Patch, Post } from '@nestjs/common';
import { ApiConflictResponse, ApiNotFoundResponse, ApiTags } from '@nestjs/swagger';
import { ApiReturns } from '../common/openapi.js';
import { ErrorMessageDto } from '../emporix/errors.dto.js';
import { Access } from '../sessions/access/access.js';
import { ClientChangesDto, ClientDto, CreatedClientDto, CreatedSecretDto, NewClientDto } from './clients.dto.js';
import { ClientsService } from './clients.service.js';

const notFoundResponse = { description: 'Client not found.', type: ErrorMessageDto };

@ApiTags('admin')
@Access('staff', { scopes: ['foyer.admin'] })
@Controller('admin/:tenant/clients')
export class ClientsController {
  constructor(private readonly clients: ClientsService) {}

  /** Lists all clients, sorted by id */
  @Get()
  @ApiReturns('The clients.')
  async listClients(): Promise<ClientDto[]> {
    const clients = await this.clients.list();
    return clients.map((client) => ClientDto.of(client));
  }

  /**
   * Creates a client
   *
   * @remarks
   * A service gets a secret, which is returned only once, on creation.
   */
  @Post()
  @ApiConflictResponse({ description: 'The id is taken.', type: ErrorMessageDto })
  @ApiReturns('The client id, and the secret of a service.')
  async createClient(@Body() body: NewClientDto): Promise<CreatedClientDto> {
    return this.clients.create(body);
  }

  /** Returns a client */
  @Get(':clientId')
  @ApiNotFoundResponse(notFoundResponse)
  @ApiReturns('The client, without its secrets.')
  async getClient(@Param('clientId') id: string): Promise<ClientDto> {
    return ClientDto.of(await this.clients.get(id));
  }

  /**
   * Sets the scopes of a service
   *
   * @remarks
   * If the scopes change, the tokens of the service are revoked.
   */
  @Patch(':clientId')
  @ApiNotFoundResponse(notFoundResponse)
  @ApiReturns('The updated client.')
  async updateClient(@Param('clientId') id: string, @Body() body: ClientChangesDto): Promise<ClientDto> {
    return ClientDto.of(await this.clients.change(id, body));
  }

  /**
   * Deletes a client
   *
   * @remarks
   * Revokes the tokens of a service, or the tokens of all visitors and customers of a storefront.
   */
  @Delete(':clientId')
  @HttpCode(204)
  @ApiNotFoundResponse(notFoundResponse)
  @ApiReturns('The client is deleted.')
  async deleteClient(@Param('clientId') id: string): Promise<void> {
    await this.clients.remove(id);
  }

  /**
   * Creates another secret for a service
   *
   * @remarks
   * The secret is returned only once, on creation. All secrets are valid until they are revoked.
   */
  @Post(':clientId/secrets')
  @ApiNotFoundResponse(notFoundResponse)
  @ApiReturns('The secret and its id.')
  async createClientSecret(@Param('clientId') id: string): Promise<CreatedSecretDto> {
    return this.clients.addSecret(id);
  }

  /**
   * Revokes a secret
   *
   * @remarks
   * All tokens of the service are revoked too.
   */
  @Delete(':clientId/secrets/:secretId')
  @HttpCode(204)
  @ApiNotFoundResponse({ description: 'Client or secret not found.', type: ErrorMessageDto })
  @ApiReturns('The secret is revoked.')
  async revokeClientSecret(@Param('clientId') id: string, @Param('secretId') secretId: string): Promise<void> {
    await this.clients.revokeSecret(id, secretId);
  }
}
