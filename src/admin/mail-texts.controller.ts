import { Body, Controller, Delete, Get, HttpCode, Param, Post, Put } from '@nestjs/common';
import { ApiBody, ApiConflictResponse, ApiForbiddenResponse, ApiNotFoundResponse, ApiTags } from '@nestjs/swagger';
import { ApiReturns } from '../common/openapi.js';
import { checked } from '../common/validation.js';
import { ErrorMessageDto } from '../emporix/errors.dto.js';
import { Limited } from '../limits/limited.js';
import { limits } from '../limits/limits.js';
import { Access, CalledBy, type Caller } from '../sessions/access/access.js';
import {
  ListedMailTextDto,
  MailPreviewDto,
  MailTextChangeDto,
  MailTextDto,
  StoredMailTextDto,
} from './mail-texts.dto.js';
import { MailTextsService } from './mail-texts.service.js';

const notFoundResponse = { description: 'There is no text of this kind in this language.', type: ErrorMessageDto };
/** For a kind without a link, such as `awaiting-activation`. */
const textExample = { subject: 'Welcome to {shop}', paragraphs: ['We will activate your account soon.'] };
const unknownKind = { description: 'There is no such kind of mail.', type: ErrorMessageDto };

@ApiTags('admin')
@Access('staff', { scopes: ['foyer.admin'] })
@Controller('admin/:tenant/mails')
export class MailTextsController {
  constructor(private readonly texts: MailTextsService) {}

  /** Lists the mail texts, sorted by kind and language */
  @Get()
  @ApiReturns('The texts that apply, without their content.')
  async listMailTexts(): Promise<ListedMailTextDto[]> {
    return (await this.texts.list()).map((text) => ListedMailTextDto.of(text));
  }

  /**
   * Returns the text of a kind of mail in a language
   *
   * @remarks
   * Returns the tenant's own text, or the built-in text if the tenant has none.
   */
  @Get(':kind/:language')
  @ApiNotFoundResponse(notFoundResponse)
  @ApiReturns('The text and its variables.')
  async getMailText(@Param('kind') kind: string, @Param('language') language: string): Promise<StoredMailTextDto> {
    return StoredMailTextDto.of(await this.texts.get(kind, language));
  }

  /**
   * Creates or replaces the tenant's own text of a kind of mail
   *
   * @remarks
   * Each part is an ICU message with the variables that `GET` returns: values, `number`, `date`, `time`, `select` and
   * `plural`. HTML is shown as text. The text has at most 8 KiB of JSON, choices are nested at most 5 deep, and the
   * HTML of the mail has at most 20 KB. The example content is rendered with every combination of choices before the
   * text is stored.
   *
   * A language without built-in texts is allowed. A mail is sent with the text in the customer's language, if there is
   * one. For `de_AT`, the lookup is `de-AT` first and then `de`.
   */
  @Put(':kind/:language')
  @ApiNotFoundResponse(unknownKind)
  @ApiConflictResponse({ description: '`metadata.version` is not the current version.', type: ErrorMessageDto })
  @ApiReturns('The stored text and its variables.')
  @ApiBody({ type: MailTextChangeDto, examples: { text: { value: textExample } } })
  async putMailText(
    @Param('kind') kind: string,
    @Param('language') language: string,
    @Body() { metadata, ...text }: MailTextChangeDto,
  ): Promise<StoredMailTextDto> {
    return StoredMailTextDto.of(await this.texts.put(kind, language, MailTextDto.textOf(text), metadata?.version));
  }

  /**
   * Deletes the tenant's own text of a kind of mail
   *
   * @remarks
   * The built-in text then applies again, if there is one in this language.
   */
  @Delete(':kind/:language')
  @HttpCode(204)
  @ApiNotFoundResponse({
    description: 'The tenant has no own text of this kind in this language.',
    type: ErrorMessageDto,
  })
  @ApiReturns("The tenant's own text is deleted.")
  async deleteMailText(@Param('kind') kind: string, @Param('language') language: string): Promise<void> {
    await this.texts.remove(kind, language);
  }

  /**
   * Returns a preview of a mail with example content
   *
   * @remarks
   * The body is a text as for `PUT`, which is not stored. Without a body, the text that applies is rendered.
   */
  @Post(':kind/:language/preview')
  @HttpCode(200)
  @ApiBody({ type: MailTextDto, required: false, examples: { text: { value: textExample } } })
  @ApiNotFoundResponse(notFoundResponse)
  @ApiReturns('The rendered mail.')
  async previewMail(
    @Param('kind') kind: string,
    @Param('language') language: string,
    @Body() body: Record<string, unknown> = {},
  ): Promise<MailPreviewDto> {
    const isEmpty = Object.keys(body).length === 0;
    const text = isEmpty ? undefined : MailTextDto.textOf(await checked(MailTextDto, body));
    return MailPreviewDto.of(await this.texts.preview(kind, language, text));
  }

  /**
   * Sends a mail with example content to the caller
   *
   * @remarks
   * The mail has the text that applies, and is sent to the e-mail address of the employee who sends the request. Its
   * link and code are examples. An employee gets at most 30 of these mails per hour.
   */
  @Limited(limits.testMail)
  @Post(':kind/:language/test')
  @HttpCode(202)
  @ApiForbiddenResponse({ description: 'The caller is a service, or lacks the scope.', type: ErrorMessageDto })
  @ApiNotFoundResponse(notFoundResponse)
  @ApiReturns('The mail is queued.')
  async sendTestMail(
    @Param('kind') kind: string,
    @Param('language') language: string,
    @CalledBy() caller: Caller,
  ): Promise<void> {
    await this.texts.sendTest(kind, language, caller);
  }
}
