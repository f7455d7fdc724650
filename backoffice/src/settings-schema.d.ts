/** The tenant settings of the OpenAPI document; see vite.config.ts. */
declare module 'virtual:settings-schema' {
  export interface SettingSchema {
    type?: string;
    description?: string;
    enum?: string[];
    items?: { type?: string };
    minimum?: number;
    maximum?: number;
    maxLength?: number;
    properties?: Record<string, SettingSchema>;
  }
  const properties: Record<string, SettingSchema>;
  export default properties;
}
