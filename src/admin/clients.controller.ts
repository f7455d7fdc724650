import { Body, Controller, Delete, Get, HttpCode, Param, Patch, Post } from '@nestjs/common';
import { ApiConflictResponse, ApiNotFoundResponse, ApiTags } from '@nestjs/swagger';
import { ErrorMessageDto } from '../common/errors.dto.js';
import { Access } from '../sessions/access.js';
import { ClientChangesDto, ClientDto, CreatedClientDto, CreatedSecretDto, NewClientDto } from './clients.dto.js';
import { ClientsService } from './clients.service.js';

const notFound = { description: 'No such client.', type: ErrorMessageDto };

@ApiTags('admin')
@Access('staff', { scopes: ['foyer.admin'] })
@Controller('admin/:tenant/clients')
export class ClientsController {
  constructor(private readonly clients: ClientsService) {}

  /** All clients, by id. */
  @Get()
  async list(): Promise<ClientDto[]> {
    const clients = await this.clients.list();
    return clients.map((client) => ClientDto.of(client));
  }

  /** Makes a client; a service gets its secret, which is told this once. */
  @Post()
  @ApiConflictResponse({ description: 'The id is taken.', type: ErrorMessageDto })
  async create(@Body() body: NewClientDto): Promise<CreatedClientDto> {
    return this.clients.create(body);
  }

  /** One client. */
  @Get(':clientId')
  @ApiNotFoundResponse(notFound)
  async get(@Param('clientId') id: string): Promise<ClientDto> {
    return ClientDto.of(await this.clients.get(id));
  }

  /** Sets the scopes of a service; other scopes end its tokens. */
  @Patch(':clientId')
  @ApiNotFoundResponse(notFound)
  async change(@Param('clientId') id: string, @Body() body: ClientChangesDto): Promise<ClientDto> {
    return ClientDto.of(await this.clients.change(id, body));
  }

  /** Removes a client, and ends the tokens of a service, or of all who came through a storefront. */
  @Delete(':clientId')
  @HttpCode(204)
  @ApiNotFoundResponse(notFound)
  async remove(@Param('clientId') id: string): Promise<void> {
    await this.clients.remove(id);
  }

  /** One more secret for a service, which is told this once. All of them are good until they are revoked. */
  @Post(':clientId/secrets')
  @ApiNotFoundResponse(notFound)
  async addSecret(@Param('clientId') id: string): Promise<CreatedSecretDto> {
    return this.clients.addSecret(id);
  }

  /** Revokes a secret, and ends the service's tokens. */
  @Delete(':clientId/secrets/:secretId')
  @HttpCode(204)
  @ApiNotFoundResponse({ description: 'No such client, or no such secret of it.', type: ErrorMessageDto })
  async revokeSecret(@Param('clientId') id: string, @Param('secretId') secretId: string): Promise<void> {
    await this.clients.revokeSecret(id, secretId);
  }
}
